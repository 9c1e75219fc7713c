/** Made-up states of a laptop, one for every screen: what the tests of the window render. */
export * from './fixtures/ceremony.ts';
export * from './fixtures/documents.ts';
export * from './fixtures/laptop.ts';
export * from './fixtures/restore.ts';
export * from './fixtures/scan.ts';
export * from './fixtures/steps.ts';
