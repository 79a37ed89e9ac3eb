import assert from 'node:assert/strict';
import { featureTest } from '../../support/feature-stage.ts';

featureTest("statements of MOSN's DSL change requests, and answers", async (stage) => {
  const backend = await stage.backend();
  await stage.start({
    streamFilters: [
      {
        type: 'dsl',
        config: {
          before_router_by_dsl: 'ctx.add_request_header("user", request.headers["user"] | "nobody")',
          after_balancer_by_dsl: 'ctx.add_request_header("upstream", conditional(destination.ip == "127.0.0.1", "local", "far"))',
          send_filter_by_dsl: 'ctx.add_response_header("code", string(response.code))',
        },
      },
    ],
    routes: [{ match: { headers: [{ name: 'user', value: 'nobody' }] }, route: { cluster_name: 'backends' } }],
  });
  const { body, fields } = await stage.call();
  assert.deepEqual([body, backend.last.fields['user'], backend.last.fields['upstream']], ['backend', 'nobody', 'local']);
  if (stage.isHttp) assert.equal(fields['code'], '200');
  assert.equal((await stage.call({ fields: { user: 'ann' } })).outcome, stage.told('not-found'));
});
