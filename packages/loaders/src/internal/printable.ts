/** Text of somebody else, fit for one line of a message: short, and without control characters. */
export function printable(text: string, length = 64): string {
  return text.slice(0, length).replaceAll(/[^\x20-\x7e]/g, '.');
}

/**
 * A message of somebody else without the user-info of URLs: drivers name a server with it, as in `postgres://me:word@db`. The
 * engine does the same to what loaders throw; a test holds the two together, since sharing one line would load an entry.
 */
export function withoutUserInfo(message: string): string {
  return message.replaceAll(/\/\/[^\s/?#]*@/g, '//[hidden]@');
}
