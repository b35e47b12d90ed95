/** As an input of type `datetime-local` wants it: to the minute, in the time zone of the browser. @param time ISO 8601 */
export function toLocalInput(time: string): string {
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
