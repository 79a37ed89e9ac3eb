import { test } from 'node:test';
import { frameProtocol } from '../../../src/protocol/frame-protocol.ts';
import { contract } from '../../../src/testing/contract.ts';
import { quote } from '../../../src/testing/text.ts';
import { parseVectors } from '../../../src/testing/vector.ts';
import { memo, memoFrame } from './memo-format.ts';

const { adopt, ...strict } = memo;

/** What a protocol that takes no neutral heads must bring along. */
const vectors = parseVectors(`## A request
\`\`\`hex
${quote(memoFrame('request', 7, '/path GET\nbody', 0, 0xffffffff))}
\`\`\`
\`\`\`calls
request GET /path
data "/path GET\\nbody"
end
\`\`\`
`);

for (const law of contract(frameProtocol(memo), [])) test(`frames, multiplexed: ${law.name}`, law.check);
for (const law of contract(frameProtocol({ ...memo, room: 1 }), [])) test(`frames, ping-pong: ${law.name}`, law.check);
for (const law of contract(frameProtocol(strict), vectors)) test(`frames that refuse neutral heads: ${law.name}`, law.check);
