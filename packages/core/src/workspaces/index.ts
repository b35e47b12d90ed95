export { createWorkspace, type Workspace } from './create-workspace.ts';
export { ensureDefaultWorkspace } from './ensure-default-workspace.ts';
export { listWorkspaces } from './list-workspaces.ts';
export { ofInstance } from './of-instance.ts';
export { workspaceExists } from './workspace-exists.ts';
