import { z } from 'zod';

const ttl = z.number().int().positive();
const ttls = z
  .object({
    google_drive: ttl,
    dropbox: ttl,
    onedrive: ttl,
    sandbox: ttl,
    lab_none: ttl,
    lab_rolling: ttl,
    lab_grace: ttl,
    lab_strict: ttl,
  })
  .strict();

const settingsSchema = z
  .object({
    /** `true` answers every authorization request with a code at once, `'deny'` with access_denied. */
    autoApprove: z.union([z.boolean(), z.literal('deny')]),
    /** The account that approves when the request carries no `login_hint`. */
    account: z.enum(['ada', 'alan', 'grace']),
    accessTokenTtlSeconds: ttls,
    /** Notion apps made before June 2026 hand out the same pair at every authorization. */
    notionReusesPair: z.boolean(),
    /** How long `lab_grace` accepts a refresh token after its first use. */
    labGraceSeconds: z.number().nonnegative(),
    /** A second connection of the same account and client at a lab provider gets the grant that is there. */
    labSharesGrant: z.boolean(),
    /** For faults with a probability that are added from then on. */
    seed: z.number().int().nonnegative(),
  })
  .strict();

export const settingsPatchSchema = settingsSchema
  .extend({ accessTokenTtlSeconds: z.union([ttl, ttls.partial()]) })
  .partial();

export type Settings = z.infer<typeof settingsSchema>;
/** `accessTokenTtlSeconds` as a number sets every provider that states a lifetime. */
export type SettingsPatch = z.input<typeof settingsPatchSchema>;

export function defaultSettings(): Settings {
  return {
    autoApprove: false,
    account: 'ada',
    accessTokenTtlSeconds: {
      google_drive: 3599,
      dropbox: 14_400,
      onedrive: 3599,
      sandbox: 120,
      lab_none: 3600,
      lab_rolling: 3600,
      lab_grace: 3600,
      lab_strict: 3600,
    },
    notionReusesPair: false,
    labGraceSeconds: 120,
    labSharesGrant: false,
    seed: 1,
  };
}

/** Returns new settings; fields that the patch leaves out stay. */
export function patchSettings(settings: Settings, input: SettingsPatch): Settings {
  const { accessTokenTtlSeconds, ...rest } = settingsPatchSchema.parse(input);
  const ttlPatch =
    typeof accessTokenTtlSeconds === 'number'
      ? Object.fromEntries(
          Object.keys(settings.accessTokenTtlSeconds).map((id) => [id, accessTokenTtlSeconds]),
        )
      : accessTokenTtlSeconds;
  return settingsSchema.parse({
    ...settings,
    ...rest,
    accessTokenTtlSeconds: { ...settings.accessTokenTtlSeconds, ...ttlPatch },
  });
}
