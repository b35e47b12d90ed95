// Makes `npm start` and `npm test` work on a fresh clone: installs the locked dependencies, the pinned Node
// included, when they are missing or not those of package-lock.json. With --pages it also builds the pages of apps/web when
// they are not those of the sources. Has no dependency and runs on Node 20.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const markerFile = join(root, 'node_modules', '.latchkey-lock-hash');
const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
const lockHash = createHash('sha256').update(lockText).digest('hex');

const installedForProduction =
  process.env.NODE_ENV === 'production' && existsSync(join(root, 'node_modules', '.package-lock.json'));
if (!installedForProduction && read(markerFile) !== lockHash) await bootstrap();
if (!installedForProduction && process.argv.includes('--pages')) await buildPages();

async function bootstrap() {
  const release = await holdLock();
  try {
    if (read(markerFile) === lockHash) return; // another process has just done it
    if (!installedAsLocked()) await install();
    writeFileSync(markerFile, lockHash);
  } finally {
    release();
  }
}

/** True when somebody installed the same packages by hand: npm writes what it installed beside them. */
function installedAsLocked() {
  const installedText = read(join(root, 'node_modules', '.package-lock.json'));
  if (installedText === null) return false;
  const installed = JSON.parse(installedText).packages;
  return Object.entries(JSON.parse(lockText).packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = installed[path];
    return found === undefined
      ? wanted.optional === true || wanted.devOptional === true
      : found.version === wanted.version;
  });
}

async function install() {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  console.log('Installing dependencies. This happens once and takes about a minute …');
  const progress = setInterval(() => console.log(`… still installing (${seconds()} s)`), 15_000);
  const code = await runNpm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  clearInterval(progress);
  if (code !== 0) {
    console.error('Dependencies could not be installed: npm says why above. `npm ci` tries again.');
    process.exit(1);
  }
  console.log(`Dependencies installed in ${seconds()} s.`);
}

/** Turbo knows whether there is anything to build: a quarter of a second when there is not. */
async function buildPages() {
  const { bin } = JSON.parse(readFileSync(join(root, 'node_modules', 'turbo', 'package.json'), 'utf8'));
  const turbo = join(root, 'node_modules', 'turbo', typeof bin === 'string' ? bin : bin.turbo);
  const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1' };
  const args = [turbo, 'run', 'build', '--output-logs=errors-only', '--no-update-notifier'];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code === 0) return;
  console.error(`${output}\nThe pages could not be built: Turbo says why above.`);
  process.exit(1);
}

/** @param {string[]} args @returns {Promise<number>} exit code */
function runNpm(args) {
  // The Node that runs npm, not the one in node_modules, which `npm ci` replaces.
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  const [command, first] = npm && node ? [node, [npm]] : ['npm', []];
  // Settings of the outer npm, such as a workspace, are not meant for the installation.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_config_(workspaces?|omit|include|silent)$/.test(name),
    ),
  );
  const child = spawn(command, [...first, ...args], { cwd: root, stdio: 'inherit', env });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`npm cannot be run: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (exitCode) => resolve(exitCode ?? 1));
  });
}

/** Two commands on a fresh clone at once must not install into each other. */
async function holdLock() {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const lock = join(tmpdir(), `latchkey-install-${name}`);
  for (let told = false; ;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      const release = () => rmSync(lock, { recursive: true, force: true });
      process.on('exit', release);
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
      return release;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (holderIsGone(lock)) rmSync(lock, { recursive: true, force: true });
      else if (!told) console.log('Another command is installing the dependencies. Waiting for it …');
      told = true;
      await wait(250);
    }
  }
}

/** @param {string} lock */
function holderIsGone(lock) {
  const pid = Number(read(join(lock, 'pid')));
  try {
    if (!pid) return Date.now() - statSync(lock).mtimeMs > 5_000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code !== 'EPERM';
  }
}

/** @param {string} file @returns {string | null} */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
