import assert from 'node:assert/strict';
import { test } from 'node:test';
import dsl from '../../../src/filter/builtin/dsl/index.ts';
import { withDefaults } from '../../../src/filter/expression/default-operator.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { filterStage, problemsOf, type StageRequest } from './filter-stage.ts';

/** What becomes of a request, and of its answer, by a statement at each point. */
function run(config: object, options: StageRequest = {}, ofRoute?: unknown) {
  const { request } = filterStage(dsl, config, { ofRoute });
  const { exchange, upstream } = request(options);
  const asked = { path: exchange.request.path, fields: Object.fromEntries(exchange.request.fields) };
  upstream(options.hosts?.[0]).handler.onHead(new LocalResponse(200, new FieldList([['server', 'backend']])), true);
  return { ...asked, answer: Object.fromEntries(exchange.response!.fields) };
}

test('statements change the head of a request, before and after its route is known', () => {
  const { path, fields } = run(
    {
      before_router_by_dsl: 'ctx.rewrite_request_url("/dsl?a=b") && ctx.add_request_header("DSL", "dsl")',
      after_router_by_dsl: 'ctx.del_request_header("gone") && ctx.add_request_header("after", request.headers["dsl"])',
    },
    { fields: { gone: 'yes' } },
  );
  assert.deepEqual([path, fields], ['/dsl?a=b', { dsl: 'dsl', after: 'dsl' }]);
});

test('only the one or the other of conditional is done', () => {
  const after_balancer_by_dsl =
    'conditional(string(destination.ip) == "a", ctx.add_request_header("to", "a"), ctx.add_request_header("to", "elsewhere"))';
  assert.deepEqual(run({ after_balancer_by_dsl }).fields, { to: 'a' });
  assert.deepEqual(run({ after_balancer_by_dsl }, { hosts: ['b'] }).fields, { to: 'elsewhere' });
});

test('statements change the head of an answer, and know what it says', () => {
  const send_filter_by_dsl =
    'response.headers["server"] == "backend" && ctx.del_response_header("server") && ctx.add_response_header("Code", string(response.code))';
  assert.deepEqual(run({ send_filter_by_dsl }).answer, { code: '200' });
});

test('what is missing, or empty, may have a value all the same', () => {
  const before_router_by_dsl = 'ctx.add_request_header("who", request.headers["user"] | "nobody")';
  assert.equal(run({ before_router_by_dsl }).fields['who'], 'nobody');
  assert.equal(run({ before_router_by_dsl }, { fields: { user: 'ann' } }).fields['who'], 'ann');
  const referer = 'ctx.add_request_header("from", request.referer | "nowhere")';
  assert.equal(run({ before_router_by_dsl: referer }).fields['from'], 'nowhere');
  assert.equal(withDefaults('"a | b" == x.y || x.z["|"] == \'| "c"\''), '"a | b" == x.y || x.z["|"] == \'| "c"\'');
});

test('a statement that asks for what is not there does nothing', () => {
  const before_router_by_dsl = 'ctx.add_request_header("who", request.headers["user"])';
  assert.deepEqual(run({ before_router_by_dsl }).fields, {});
});

test('there is no answer to change before there is one, and calls have no URL', () => {
  const before_router_by_dsl =
    '(ctx.add_response_header("a", "b") || ctx.rewrite_request_url("/x")) || ctx.add_request_header("refused", "both")';
  const { path, fields } = run({ before_router_by_dsl }, { head: { scheme: '', path: 'a.B', fields: new FieldList() } });
  assert.deepEqual([path, fields], ['a.B', { refused: 'both' }]);
});

test('a statement at the end runs when all is over', () => {
  const { exchange, upstream } = filterStage(dsl, {
    log_filter_by_dsl: 'ctx.add_request_header("code", string(response.code))',
  }).request();
  upstream().answer(204, true);
  assert.equal(exchange.request.fields.get('code'), '204');
});

test("a route's statements take the place of the filter's", () => {
  const adding = (name: string) => ({ after_router_by_dsl: `ctx.add_request_header("by", "${name}")` });
  assert.deepEqual(run(adding('filter'), {}, adding('route')).fields, { by: 'route' });
});

test('what is wrong with a statement is said', () => {
  const wrong = (source: string) => problemsOf(dsl.settings, { before_router_by_dsl: source })[0] ?? '';
  assert.match(wrong('ctx.fly("away")'), /^error: before_router_by_dsl: must be a statement of MOSN's DSL/);
  assert.match(wrong('request.colour == "red"'), /must be a statement/);
  assert.match(wrong('ctx.add_request_header("a", 1)'), /must be a statement/);
  assert.match(wrong('1 +'), /must be a statement/);
  assert.match(problemsOf(dsl.settings, { send_router_by_dsl: 'true' })[0]!, /^warning: .*is not acted upon/);
});

test('what stands in conditional may stand in brackets', () => {
  const source = (test: string) =>
    `conditional(${test}, (ctx.add_request_header("is", "so")), ((conditional((false), true, ctx.add_request_header("is", "not")))))`;
  for (const so of ['((request.method)) == "GET"', '(request.headers["a"] | "1" == "1") && (true)', 'true ? true : false']) {
    assert.equal(run({ before_router_by_dsl: source(so) }).fields['is'], 'so', so);
  }
  assert.equal(run({ before_router_by_dsl: source('request.headers["a"] | "1" == "2"') }).fields['is'], 'not');
});
