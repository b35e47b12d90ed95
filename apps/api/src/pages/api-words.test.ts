import { readFileSync } from 'node:fs';
import { auditActions } from '@latchkey/core/audit';
import { breakKinds } from '@latchkey/core/audit-chain';
import { problems } from '@latchkey/core/errors.ts';
import { eventTypes } from '@latchkey/core/events';
import { fieldRules } from '@latchkey/core/field-rules.ts';
import { notices } from '@latchkey/core/providers';
import refusals from '@latchkey/texts/en/refusals.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';

// oxlint-disable-next-line typescript/no-explicit-any -- As the file has it.
function textsOf(area: string): any {
  return JSON.parse(readFileSync(new URL(`../../../web/src/i18n/en/${area}.json`, import.meta.url), 'utf8'));
}

const activity = textsOf('activity');
const auditWords = textsOf('audit-words');
const common = textsOf('common');
const credential = textsOf('credential');

/** No page asks for what these refuse: they are about programs, and leases. */
const ofPrograms = [
  'malformed_json',
  'consent_not_verified',
  'address_not_allowed',
  'lease_not_found',
  'method_not_allowed',
  'credential_invalid',
  'min_ttl_unavailable',
  'idempotency_key_reused',
  'unsupported_media_type',
  'headers_too_large',
  'credential_not_ready',
  'refresh_in_progress',
  'too_many_waiting',
];

/** Only `latchkey audit verify` compares with a head or a file. */
const ofCommandLine = ['noted_head_mismatch', 'noted_head_pruned', 'export_cut'];

/** `thing.verb` for every text below, as types of events and actions are written. */
function pathsOf(texts: Readonly<Record<string, object>>): string[] {
  return Object.entries(texts).flatMap(([thing, verbs]) =>
    Object.keys(verbs).map((verb) => `${thing}.${verb}`),
  );
}

// That every other language has what English has is for the test beside the texts.
describe('console C29: there are words for everything that the API says, by its code', () => {
  it('types of events, in the activity and in the time line', () => {
    const types = Object.keys(eventTypes).map((type) => type.replace(/^latchkey\./, ''));
    expect(pathsOf(activity.type).toSorted()).toEqual(types.toSorted());
    const ofCredentials = types.filter((type) => type.startsWith('credential.'));
    expect(
      Object.keys(credential.event)
        .map((verb) => `credential.${verb}`)
        .toSorted(),
    ).toEqual(ofCredentials.toSorted());
  });

  it('remarks of a check', () => {
    expect(Object.keys(common.notice)).toEqual(Object.keys(notices));
  });

  it('problems that a page can show', () => {
    const shown = Object.keys(problems).filter((code) => !ofPrograms.includes(code));
    // What answers in the place of the API has a code of the page's own.
    expect(Object.keys(refusals.problem).toSorted()).toEqual(['not_json', ...shown].toSorted());
  });

  it('rules of fields', () => {
    const rules = Object.keys(fieldRules).filter((rule) => rule !== 'invalid');
    expect(Object.keys(refusals.rule).toSorted()).toEqual(rules.toSorted());
    for (const [rule, text] of Object.entries<string>(refusals.rule)) {
      const [mine, theirs] = [text, fieldRules[rule as keyof typeof fieldRules]].map((each) =>
        [...each.matchAll(/\{\{\w+\}\}/g)].map(([value]) => value),
      );
      // "has another type" says enough without the name of the type.
      if (rule !== 'type') expect([rule, mine]).toEqual([rule, theirs]);
    }
  });

  it('actions of the audit, and breaks of its chain', () => {
    expect(pathsOf(auditWords.action).toSorted()).toEqual([...auditActions].toSorted());
    const breaks = breakKinds.filter((kind) => !ofCommandLine.includes(kind));
    expect(Object.keys(auditWords.break).toSorted()).toEqual(breaks.toSorted());
  });
});
