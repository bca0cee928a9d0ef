// A line of a month's bill: what is charged for, by whom, and how much. Prices are in prices.ts.
type Service = 'Lambda' | 'DynamoDB' | 'EventBridge' | 'SQS' | 'CloudWatch' | 'Secrets Manager';

export interface Line {
  readonly service: Service;
  readonly item: string;
  /** A month. */
  readonly dollars: number;
}

export function dollarsOf(lines: readonly Line[]): number {
  return lines.reduce((total, { dollars }) => total + dollars, 0);
}
