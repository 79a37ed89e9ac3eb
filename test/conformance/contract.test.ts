import { describe, test } from 'node:test';
import { contract } from '../../src/testing/contract.ts';
import { loadVectors } from '../../src/testing/vector.ts';
import { protocolFolders } from './protocols.ts';

for (const { protocol, vectors } of await protocolFolders()) {
  describe(`the laws of codecs, kept by ${protocol.name}`, () => {
    for (const law of contract(protocol, loadVectors(vectors))) test(law.name, law.check);
  });
}
