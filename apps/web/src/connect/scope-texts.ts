import type { connectTexts } from './texts.ts';

type ScopeText = keyof (typeof connectTexts)['connect']['scope'];

/** Permissions in words, under their names at the providers of the catalogue; any other is shown as it is called. */
export const scopeTexts: Readonly<Record<string, ScopeText>> = {
  'https://www.googleapis.com/auth/drive.readonly': 'driveRead',
  'https://www.googleapis.com/auth/userinfo.profile': 'profile',
  'https://www.googleapis.com/auth/userinfo.email': 'email',
  'account_info.read': 'dropboxAccount',
  'files.metadata.read': 'fileNames',
  'files.content.read': 'fileContents',
  'User.Read': 'profile',
  'Files.Read': 'filesRead',
  'files.read': 'filesRead',
  offline_access: 'offline',
  openid: 'signIn',
  profile: 'profile',
  email: 'email',
};
