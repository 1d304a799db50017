import { HoldfastError } from '@holdfast/core';

/** Why a document does not count. The message goes on from "The document of …". */
export function distrust(why: string): HoldfastError {
  return new HoldfastError('UNTRUSTED', `is not trusted: ${why}`);
}
