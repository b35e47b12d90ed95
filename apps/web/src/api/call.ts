import { send, type SendOptions } from './send.ts';
import { currentWorkspace } from './workspace.ts';

export { ApiError, type Query } from './send.ts';

/**
 * Calls the API in the workspace that the console shows.
 * @throws ApiError whatever went wrong
 */
export async function call<T>(
  method: string,
  path: string,
  options: Omit<SendOptions, 'headers'> = {},
): Promise<T> {
  const workspace = currentWorkspace();
  return send(method, path, {
    ...options,
    headers: workspace === null ? {} : { 'x-workspace': workspace },
  });
}
