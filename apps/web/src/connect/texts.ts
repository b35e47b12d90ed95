import connect from '@latchkey/texts/en/connect.json';
import failures from '@latchkey/texts/en/failures.json';

/** The texts of the page: no more than it shows, since people wait for it. */
export const connectTexts = { connect, failures } as const;
