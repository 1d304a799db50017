import type { View } from '@holdfast/core';
import { useCallback, useSyncExternalStore } from 'react';

/** The value of a config, or of a part of it; the component renders again when it changes. */
export function useConfig<T>(view: View<T>): T {
  const subscribe = useCallback((onChange: () => void) => view.onChange(onChange), [view]);
  return useSyncExternalStore(subscribe, () => view.current);
}
