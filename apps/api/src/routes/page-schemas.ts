import { z } from 'zod';

const html = (description: string) => ({ description, content: { 'text/html': { schema: z.string() } } });

/** What a route answers that people open in a browser. */
export const pageAnswers = { 200: html('A page.'), default: html('A page that says why not.') };

/** Goes on somewhere else. */
export const goesOn = z.null().describe('Goes on: see `Location`.');
