import fastifyPlugin from 'fastify-plugin';

/**
 * JSON only: any other type is 415, which also keeps plain HTML forms out. An empty body is no body, because many
 * clients announce JSON on every request, also where there is nothing to say.
 */
export const jsonBodyPlugin = fastifyPlugin(
  (api, _options, done) => {
    const parse = api.getDefaultJsonParser('error', 'error');
    api.removeAllContentTypeParsers();
    api.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, parsed) => {
      if (body === '') parsed(null, undefined);
      else void parse(request, String(body), parsed);
    });
    done();
  },
  { name: 'json-body' },
);
