// Loaded with `--import` by the npm scripts that run the product: `.env` adds to the environment, where there is one.
import { existsSync } from 'node:fs';

if (existsSync('.env')) process.loadEnvFile('.env');
