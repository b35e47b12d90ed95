import { defineEntity, p } from '@mikro-orm/core';
import type { FailureActor, FailureCode } from '../errors.ts';
import type { Visibility } from '../access/credential-access.ts';
import type { AuthorizationKind, AuthorizationReason, AuthorizationStatus } from './status.ts';

/** What the person asked for when they started to connect an account. */
export interface ConnectInput {
  readonly name: string | null;
  readonly returnUrl: string | null;
  readonly allowAccountChange: boolean;
  /** Whether `/oauth/start` asks before it goes on to the provider. */
  readonly confirm: boolean;
  /** The browser that made it on a connect page, which was asked there. Absent: another way, or an older release. */
  readonly browserHash?: string;
  /** The caller verifies the consent before it counts: where the browser goes with it. Absent: it counts at once. */
  readonly consentUrl?: string;
  /** Of the code that the browser takes there. Absent: there is no consent yet. */
  readonly consentHash?: string;
}

/** One attempt, a job with a status that people poll. */
export const AuthorizationEntity = defineEntity({
  name: 'Authorization',
  tableName: 'authorization',
  properties: {
    id: p.text().primary(),
    workspaceId: p.text(),
    kind: p.text().$type<AuthorizationKind>(),
    status: p.text().$type<AuthorizationStatus>(),
    provider: p.text(),
    credentialId: p.text().nullable(),
    /** The version of the credential that it is about: when that is gone, so is the reason for the work. */
    tokenVersion: p.integer().nullable(),
    /** Why it was made. */
    reason: p.text().$type<AuthorizationReason>(),
    requestedBy: p.text(),
    /** The subject of the person who started to connect an account. */
    owner: p.text().nullable(),
    /** Of the credential that comes of it, if it is a new one. */
    visibility: p.text().$type<Visibility>().default('workspace'),
    /** The console session that made it; that browser is not asked to confirm at `/oauth/start`. */
    sessionId: p.text().nullable(),
    connect: p.json<ConnectInput>().nullable(),
    ticketHash: p.blob().$type<Buffer>().nullable(),
    clientMode: p.text().$type<'default' | 'custom'>().nullable(),
    clientId: p.text().nullable(),
    clientParams: p.json<Record<string, string>>().nullable(),
    keySalt: p.blob().$type<Buffer>(),
    /** After the callback: code, PKCE verifier, nonce. Erased when the authorization ends. */
    sealed: p.blob().$type<Buffer>().lazy().hidden().nullable(),
    /** Set right before a code leaves for the provider: a code is presented at most once. */
    presentedAt: p.datetime().nullable(),
    attempts: p.integer().default(0),
    nextAttemptAt: p.datetime().nullable(),
    errorCode: p.text().$type<FailureCode>().nullable(),
    errorMessage: p.text().nullable(),
    errorRetryable: p.boolean().nullable(),
    errorActor: p.text().$type<FailureActor>().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
    expiresAt: p.datetime().nullable(),
  },
});

/** One browser that went on to the provider: its `state`, bound to the browser by a cookie. */
export const AuthorizationStateEntity = defineEntity({
  name: 'AuthorizationState',
  tableName: 'authorization_state',
  properties: {
    stateHash: p.blob().$type<Buffer>().primary(),
    authorizationId: p.text(),
    workspaceId: p.text(),
    provider: p.text(),
    browserHash: p.blob().$type<Buffer>(),
    keySalt: p.blob().$type<Buffer>(),
    sealed: p.blob().$type<Buffer>(),
    createdAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime(),
    consumedAt: p.datetime().nullable(),
  },
});

/** One presentation of a refresh token to the provider. `presented` without an end means: outcome unknown. */
export const RefreshAttemptEntity = defineEntity({
  name: 'RefreshAttempt',
  tableName: 'refresh_attempt',
  properties: {
    id: p.text().primary(),
    workspaceId: p.text(),
    credentialId: p.text(),
    authorizationId: p.text(),
    fence: p.bigint('number'),
    tokenVersion: p.integer(),
    grantFingerprint: p.blob().$type<Buffer>().nullable(),
    state: p.text().$type<'presented' | 'not_sent' | 'unknown' | 'succeeded' | 'rejected'>(),
    startedAt: p.datetime().defaultRaw('now()'),
    resolvedAt: p.datetime().nullable(),
    errorCode: p.text().nullable(),
    /** Why it was made: the reason of its authorization. */
    reason: p.text().nullable(),
    /** HTTP status of the provider's answer; null when none came. */
    providerStatus: p.integer().nullable(),
    /** The same token had been presented before, and nobody knows how that ended. */
    takeover: p.boolean().default(false),
  },
});

/** Append-only: every token answer that was received, whether or not its sender still held the lease. */
export const TokenJournalEntity = defineEntity({
  name: 'TokenJournal',
  tableName: 'token_journal',
  properties: {
    id: p.text().primary(),
    workspaceId: p.text(),
    credentialId: p.text(),
    attemptId: p.text(),
    fence: p.bigint('number'),
    tokenVersion: p.integer(),
    keySalt: p.blob().$type<Buffer>(),
    sealed: p.blob().$type<Buffer>(),
    receivedAt: p.datetime().defaultRaw('now()'),
    /** Of the refresh token that was presented, and of the one that came: how a successor is found. */
    presentedFingerprint: p.blob().$type<Buffer>().nullable(),
    grantFingerprint: p.blob().$type<Buffer>().nullable(),
    /** `spill`: it waited in a file, since the database could not be reached. */
    source: p.text().$type<'answer' | 'spill'>().default('answer'),
  },
});
