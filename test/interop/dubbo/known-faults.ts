/** What fails between a consumer and a provider of Dubbo's with nothing in between. A proxy changes nothing of it. */
import type { DubboProfile } from '../../support/java-project.ts';
import type { Serialization } from './services.ts';

export interface Combination {
  readonly consumer: DubboProfile;
  readonly provider: DubboProfile;
  readonly serialization: Serialization;
}

interface KnownFault {
  readonly case: string;
  readonly reason: string;
  appliesTo(combination: Combination): boolean;
}

export const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    case: 'float in a bean',
    reason: 'the hessian2 of Dubbo 3.3.6 reads float fields of beans as 0.0',
    appliesTo: ({ consumer, provider, serialization }) => serialization === 'hessian2' && [consumer, provider].includes('dubbo-3.3'),
  },
  {
    case: 'message of a checked exception',
    reason: 'the fastjson2 of Dubbo 3.3.6 makes checked exceptions without their message',
    appliesTo: ({ serialization }) => serialization === 'fastjson2',
  },
];
