import { print } from '../../output.ts';
import { limitOption, readPages } from '../../read-pages.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';

interface Session {
  readonly id: string;
  readonly subject: string;
  readonly role: string;
  readonly clientAddress: string | null;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
}

/** `latchkey sessions list`: who is signed in to the console. */
export const listCommand: AddSubcommand = (group, options, env) => {
  group
    .command('list')
    .description('list who is signed in to the console')
    .addOption(limitOption())
    .action(async ({ limit }: { limit: number }) => {
      const items = await readPages<Session>(apiOf(options(), env), '/v1/sessions', {}, limit);
      print(
        options(),
        { items },
        items.map(({ id, subject, role, clientAddress, createdAt, lastSeenAt, expiresAt }) => ({
          id,
          subject,
          role,
          address: clientAddress,
          created: createdAt,
          'last seen': lastSeenAt,
          expires: expiresAt,
        })),
      );
    });
};
