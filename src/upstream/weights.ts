import type { Host } from './host.ts';

/** What a host's share is reckoned from, whenever a balancer that goes by weight comes to it. */
export interface Weights {
  of(host: Host): number;
  /** Whether they change while the hosts stay: balancers must not take equal ones for equal for good. */
  readonly changing: boolean;
}

/** As the configuration says. */
export const STEADY_WEIGHTS: Weights = {
  of: (host) => host.weight,
  changing: false,
};

/** Whether weights can be left out of account among these hosts. */
export function equalWeights(hosts: readonly Host[], weights: Weights): boolean {
  return !weights.changing && hosts.every((host) => weights.of(host) === weights.of(hosts[0]!));
}
