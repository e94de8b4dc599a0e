/** The part of autocannon 9 that the benchmarks use. */
declare module 'autocannon' {
  export interface Options {
    url: string;
    connections: number;
    /** Requests a second of all connections together, open loop. */
    overallRate: number;
    /** Seconds. */
    duration: number;
    headers?: Record<string, string>;
    requests?: { method: 'GET'; path: string }[];
  }
  export interface Result {
    latency: { p50: number; p90: number; p99: number; max: number };
    requests: { total: number; sent: number; average: number };
    errors: number;
    timeouts: number;
    non2xx: number;
    duration: number;
    statusCodeStats: Record<string, { count: number }>;
  }
  export default function autocannon(options: Options): Promise<Result>;
}
