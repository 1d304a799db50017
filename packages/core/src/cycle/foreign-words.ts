import { messageOf } from '../lazy-base.ts';

/** What a loader threw says, without the user-info of URLs: drivers name the server with it, as in `postgres://me:word@db`. */
export function foreignWords(thrown: unknown): string {
  return messageOf(thrown).replaceAll(/\/\/[^\s/?#]*@/g, '//[hidden]@');
}
