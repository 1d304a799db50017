/** `Sun, 06 Nov 1994 08:49:37 GMT`, and the two older forms that must be understood too (RFC 9110 §5.6.7). */
const FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const RFC850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** Milliseconds since 1970 of an HTTP date; undefined for anything else. */
export function parseHttpDate(text: string): number | undefined {
  let time = Number.NaN;
  if (FIXDATE.test(text) || RFC850.test(text)) time = Date.parse(text);
  // without a zone it would be taken for local time
  else if (ASCTIME.test(text)) time = Date.parse(`${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}
