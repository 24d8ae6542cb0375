/** Comments and deployments are for whoever may see the repository, and the runner masks nothing in them. */
export function withoutAccounts(text: string): string {
  return text.replace(/\b\d{12}\b/g, 'ACCOUNT');
}
