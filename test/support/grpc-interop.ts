/** gRPC's own interoperability client and server, those of grpc-go: https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md */
import { Child } from './child.ts';
import { goTool } from './go-tool.ts';
import { freePort, untilListening } from './ports.ts';
import { requireTool } from './tools.ts';

const VERSION = 'v1.85.0';

/** For node:test's `skip` option. */
export const withoutGrpcInterop: false | string = requireTool('go');

/**
 * Every case but those that ask for credentials of Google's cloud, and `pick_first_unary`: that one wants servers that tell their name, which
 * grpc-go's does not.
 */
export const GRPC_CASES = [
  'empty_unary',
  'large_unary',
  'client_streaming',
  'server_streaming',
  'ping_pong',
  'empty_stream',
  'timeout_on_sleeping_server',
  'cancel_after_begin',
  'cancel_after_first_response',
  'status_code_and_message',
  'special_status_message',
  'custom_metadata',
  'unimplemented_method',
  'unimplemented_service',
  'orca_per_rpc',
  'orca_oob',
  'rpc_soak',
  'channel_soak',
] as const;

/** The ORCA cases read the load that the server reports through this balancer of the client's. */
const REPORTED_LOAD = '{"loadBalancingConfig":[{"test_backend_metrics_load_balancer":{}}]}';

/** By what both ends speak TLS: the server shows `certificate`, and the client trusts `authority` for the name `localhost`. */
export interface GrpcTls {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

export class GrpcInterop {
  readonly port: number;
  private readonly server: Child;
  private readonly clientProgram: string;
  private readonly clientArguments: readonly string[];

  private constructor(port: number, server: Child, clientProgram: string, clientArguments: readonly string[]) {
    this.port = port;
    this.server = server;
    this.clientProgram = clientProgram;
    this.clientArguments = clientArguments;
  }

  /** Without `tls` both ends speak plainly. */
  static async start(tls?: GrpcTls): Promise<GrpcInterop> {
    const clientProgram = await goTool('google.golang.org/grpc/interop/client', VERSION);
    const serverProgram = await goTool('google.golang.org/grpc/interop/server', VERSION);
    const port = await freePort();
    const serverArguments = tls === undefined ? [] : ['-use_tls', '-tls_cert_file', tls.certificate, '-tls_key_file', tls.key];
    const clientArguments =
      tls === undefined ? [] : ['-use_tls', '-use_test_ca', '-ca_file', tls.authority, '-server_host_override', 'localhost'];
    const server = new Child('gRPC interop server', serverProgram, ['-port', String(port), ...serverArguments]);
    return new GrpcInterop(port, await server.start(untilListening(port, 'gRPC interop server')), clientProgram, clientArguments);
  }

  /** Runs one case against that port of 127.0.0.1. Rejects with all that the client said when it fails. */
  async run(testCase: string, port: number): Promise<void> {
    const args = ['-server_host', '127.0.0.1', '-server_port', String(port), '-test_case', testCase, ...this.clientArguments];
    if (testCase.startsWith('orca_')) args.push('-service_config_json', REPORTED_LOAD);
    if (testCase.endsWith('_soak'))
      args.push('-soak_per_iteration_max_acceptable_latency_ms', '10000', '-soak_overall_timeout_seconds', '25');
    const client = new Child(`gRPC interop client: ${testCase}`, this.clientProgram, args);
    const exitCode = await client.exit(30_000);
    if (exitCode !== 0) throw new Error(`${client.name} ended with ${exitCode}:\n${client.output}`);
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
