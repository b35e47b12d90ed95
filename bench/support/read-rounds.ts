import { parseArgs } from 'node:util';

/** `--rounds=10 --seconds=3`, of each variant. */
export function readRounds(): { rounds: number; seconds: number } {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '10' },
      seconds: { type: 'string', default: '3' },
    },
  });
  return { rounds: Number(values.rounds), seconds: Number(values.seconds) };
}
