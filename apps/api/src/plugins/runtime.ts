import fastifyPlugin from 'fastify-plugin';
import type { Runtime } from '@latchkey/core/runtime.ts';
import type { ApiSettings } from '../env.ts';

export const runtimePlugin = fastifyPlugin<{ runtime: Runtime; apiSettings: ApiSettings }>(
  (api, { runtime, apiSettings }, done) => {
    api.decorate('runtime', runtime);
    api.decorate('apiSettings', apiSettings);
    done();
  },
  { name: 'runtime' },
);
