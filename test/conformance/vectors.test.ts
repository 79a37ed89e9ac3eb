import { describe, test } from 'node:test';
import { runVector } from '../../src/testing/run-vector.ts';
import { loadVectors } from '../../src/testing/vector.ts';
import { protocolFolders } from './protocols.ts';

for (const { protocol, vectors } of await protocolFolders()) {
  describe(`vectors of ${protocol.name}`, () => {
    for (const vector of loadVectors(vectors)) test(vector.name, () => runVector(protocol, vector));
  });
}
