import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A profile may name the Region and the credentials instead of variables; only the SDK can tell. */
export function sharedConfigExists(environment: (name: string) => string | undefined): boolean {
  const files = [
    environment('AWS_CONFIG_FILE') ?? join(homedir(), '.aws', 'config'),
    environment('AWS_SHARED_CREDENTIALS_FILE') ?? join(homedir(), '.aws', 'credentials'),
  ];
  return files.some((file) => existsSync(file));
}
