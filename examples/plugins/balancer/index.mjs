/**
 * A balancer: `LB_ACTIVE_STANDBY` sends everything to the first healthy host in the order of the configuration.
 */

/** @type {import('meshloom').MakeLoadBalancer} */
const activeStandby = () => ({
  name: 'LB_ACTIVE_STANDBY',
  // Runs whenever hosts come or go. What it makes is read by every request, so that it must be quick and change nothing.
  build: (hosts) => ({
    pick: (_choice, tried, overlook = 0) => hosts.find((host) => host.fit(overlook) && !tried.includes(host)),
  }),
});

/** @type {import('meshloom').Plugin} */
export default { balancers: { LB_ACTIVE_STANDBY: activeStandby } };
