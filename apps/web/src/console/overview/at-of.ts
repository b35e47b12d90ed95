/** The time of a part, in the zone of the person: with its day when there may be several. @param at ISO 8601 */
export function atOf(at: string, language: string, withDay = false): string {
  const date = new Date(at);
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
  return date.toLocaleString(language, {
    ...(withDay || isMidnight ? { month: 'short', day: 'numeric' } : {}),
    ...(isMidnight && !withDay ? {} : { hour: 'numeric', minute: '2-digit' }),
  });
}
