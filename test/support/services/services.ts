/** A PostgreSQL server, and a Redis where there is one, for one run of the tests. */
export interface Services {
  readonly hasRedis: boolean;
  /** What tells a test where they are, and of which database its own is a copy. */
  readonly env: NodeJS.ProcessEnv;
  /** In words, for the person who reads the run: where each comes from, or why it is missing. */
  readonly notes: readonly string[];
  /** @param failed keeps what helps to find out why */
  close(failed: boolean): Promise<void>;
}

/** One service with its own end. */
export interface Service {
  readonly url: string;
  readonly note: string;
  close(failed: boolean): Promise<void>;
}
