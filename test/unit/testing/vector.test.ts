import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runVector } from '../../../src/testing/run-vector.ts';
import { parseVectors } from '../../../src/testing/vector.ts';
import { lineProtocol } from './line-protocol.ts';

const run = (markdown: string): void => {
  const vectors = parseVectors(markdown.replaceAll("'''", '```'), 'case.md');
  assert.ok(vectors.length > 0);
  for (const vector of vectors) runVector(lineProtocol(), vector);
};

test('a case passes however its input is cut', () => {
  run(`# Prose only

## A request with a body, and its answer

Prose.

'''http
PUT /a +\\n5\\nhello0\\n\\
'''
'''calls
request PUT /a
data 5 "hello"
end
'''
'''do
reply not-found "none"
'''
'''calls
write 14 "404 +\\n4\\nnone0\\n"
'''

## Two requests, answered in turn

'''hex
"GET /a\\n" "GET /b\\n"
'''
'''calls
1 request GET /a end
'''
'''do
response 200 end
'''
'''calls
write "200\\n"
2 request GET /b end
'''
`);
});

test('a client is given a request by a neutral head or by forwarding', () => {
  run(`## Neutral
- role: client
'''do
request PUT /a
data "hi" end
'''
'''http
200 +\\n2\\nok0\\n\\
'''
'''calls
write "PUT /a +\\n2\\nhi0\\n"
response 200
data "ok"
end
'''

## Forwarded
- role: client
- ignore: field
'''http forward
GET /a\\n\\
'''
'''http
200\\n\\
'''
'''calls
write 7
response 200 end
'''
`);
});

test('settings reach the protocol, and words may be left away at the end of a fault', () => {
  run(`## Too long
- set max_line_bytes: 7
'''http
GET /abc\\n\\
'''
'''calls
fail too-large
'''
`);
});

test('a call too many, one too few, other bytes or another field is a failure that shows both', () => {
  const input = "## Case\n'''http\nPUT /a +\\n2\\nhi0\\n\\\n'''\n'''calls\n";
  const right = 'request PUT /a\ndata 2 "hi"\nend\n';
  run(`${input}${right}'''\n`);
  for (const [from, to] of [
    ['end\n', ''],
    ['end\n', 'end\nend\n'],
    ['"hi"', '"ho"'],
    ['data 2', 'data 3'],
    ['"hi"', '"h"'],
    ['request PUT', 'request GET'],
    ['request PUT /a', 'request PUT /a end'],
    ['data', '2 data'],
  ] as const) {
    assert.throws(() => run(`${input}${right.replace(from, to)}'''\n`), /case.md:1 Case \(whole\)/, `${from} -> ${to}`);
  }
  run(`${input}${right.replace('"hi"', '"h" ...')}'''\n`);
});

test('what cannot be understood is an error that names the line', () => {
  assert.throws(() => run("## A\n'''http\n"), /case.md:2: the fenced block has no end/);
  assert.throws(() => run("## A\n'''json\n{}\n'''\n"), /case.md:2: a block is http, hex/);
  assert.throws(() => run("## A\n'''http\nGET / 0\n'''\n"), /case.md:1 A: the last block of a case must be its calls/);
  assert.throws(() => run("## A\n- role: both\n'''calls\n'''\n"), /a role is server or client/);
  assert.throws(() => run("## A\n'''do\ndance\n'''\n'''calls\n'''\n"), /no request has come yet/);
  assert.throws(() => run("## A\n- role: client\n'''do\nrequest GET / end\ndance\n'''\n'''calls\n'''\n"), /no such action: dance/);
});
