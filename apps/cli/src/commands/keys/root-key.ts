/** A root key as the API shows it. */
export interface RootKey {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly dataKeys: number;
  readonly knownBy: readonly string[];
}

export interface RootKeys {
  readonly items: readonly RootKey[];
  readonly processes: readonly { readonly id: string; readonly role: string }[];
  readonly dataKeys: { readonly current: number; readonly retired: number; readonly rowsLeft: number };
  readonly workspaces: readonly {
    readonly workspaceId: string;
    readonly dataKeys: number;
    readonly rowsLeft: number;
  }[];
}
