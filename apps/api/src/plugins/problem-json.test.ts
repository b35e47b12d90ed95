import { describe, expect, test } from 'vitest';
import { Problem } from '@latchkey/core/errors.ts';
import { fieldError, fieldRules } from '@latchkey/core/field-rules.ts';
import { VaultError } from '@latchkey/core/vault';
import { problemDocument, toProblem } from './problem-json.ts';

function fastifyError(code: string, statusCode: number): Error {
  return Object.assign(new Error('password=hunter2'), { code, statusCode });
}

describe('what a caller is told about an error', () => {
  test('a problem keeps its code, detail and fields', () => {
    const problem = new Problem('name_taken', {
      detail: 'Taken.',
      errors: [{ path: 'name', message: 'is used' }],
    });
    expect(problemDocument(toProblem(problem), 'https://keys.test', 'req_1')).toEqual({
      type: 'https://keys.test/docs/errors/name_taken',
      title: 'The name is already used',
      status: 409,
      detail: 'Taken.',
      code: 'name_taken',
      requestId: 'req_1',
      errors: [{ path: 'name', code: 'invalid', message: 'is used' }],
    });
  });

  test('a field that is wrong has a code, whether the use case named it or said its words', () => {
    const errors = [fieldError('name', 'too_long', { max: 9 }), { path: 'id', message: fieldRules.id }];
    const document = problemDocument(
      new Problem('validation_failed', { errors }),
      'https://keys.test',
      'req_1',
    );
    expect(document.errors).toEqual([
      { path: 'name', code: 'too_long', message: 'must have at most 9 characters', values: { max: 9 } },
      { path: 'id', code: 'id', message: 'must be an id' },
    ]);
  });

  test('an extension is a member, and cannot take the place of a standard one', () => {
    const problem = new Problem('reauthorization_required', {
      extensions: { connectUrl: 'https://keys.test/connect/1', status: 200, code: 'fine' },
    });
    const document = problemDocument(problem, 'https://keys.test', 'req_1');
    expect(document).toMatchObject({
      connectUrl: 'https://keys.test/connect/1',
      status: 409,
      code: problem.code,
    });
  });

  test.each([
    ['FST_ERR_CTP_INVALID_JSON_BODY', 400, 'malformed_json'],
    ['FST_ERR_CTP_EMPTY_JSON_BODY', 400, 'malformed_json'],
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'payload_too_large'],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 'unsupported_media_type'],
    ['FST_ERR_BAD_URL', 400, 'bad_request'],
  ])('%s of the framework becomes a code of ours without its words', (code, status, expected) => {
    const problem = toProblem(fastifyError(code, status));
    expect(problem.code).toBe(expected);
    expect(problem.status).toBe(status);
    expect(problem.message).not.toContain('hunter2');
  });

  test('a lost connection to the database is "not now", and says when to come back', () => {
    const problem = toProblem(Object.assign(new Error('terminating connection'), { code: '57P01' }));
    expect(problem).toMatchObject({
      code: 'service_unavailable',
      status: 503,
      details: { retryAfterSeconds: 1 },
    });
    expect(problem.message).not.toContain('terminating');
  });

  test('a key service that is away is "not now" under its own name, and says nothing about it', () => {
    const problem = toProblem(new VaultError('key_service_unavailable', { reason: 'aws-kms, key "main"' }));
    expect(problem).toMatchObject({
      code: 'key_service_unavailable',
      status: 503,
      details: { retryAfterSeconds: 5 },
    });
    expect(problem.message).not.toMatch(/aws|main/);
  });

  test('a ciphertext that does not open is a mistake of ours, not an outage', () => {
    expect(toProblem(new VaultError('altered')).code).toBe('internal_error');
    expect(toProblem(new VaultError('unknown_key', { reason: 'aws-kms' })).code).toBe('internal_error');
  });

  test.each([new Error('connect ECONNREFUSED 10.0.0.5'), 'a string', null, fastifyError('X', 500)])(
    'E43: an unknown error says nothing about itself (%#)',
    (error) => {
      const document = problemDocument(toProblem(error), 'https://keys.test', 'req_1');
      expect(document).toMatchObject({ status: 500, code: 'internal_error' });
      expect(JSON.stringify(document)).not.toMatch(/hunter2|ECONNREFUSED|a string/);
    },
  );
});
