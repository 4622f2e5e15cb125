export async function lintCommand(
  _spec: string | undefined,
  _options: { json?: boolean; quiet?: boolean },
): Promise<number> {
  return 0;
}
