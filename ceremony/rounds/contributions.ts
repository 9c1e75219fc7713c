/**
 * What a holder puts into its envelopes, as a table of functions. There is one honest table. The rehearsal replaces
 * single functions to show that the others notice (`reseal rehearse --misbehave`); nothing else ever does.
 */
import { chooseDealing, contributeDeal } from './deal.ts';
import { contributeAccept, contributeComplaint, openSubShares } from './confirm.ts';
import { contributeSecure } from './secure.ts';

export const STANDARD_CONTRIBUTIONS = {
  chooseDealing,
  contributeDeal,
  openSubShares,
  contributeAccept,
  contributeComplaint,
  contributeSecure,
} as const;

export interface Contributions {
  chooseDealing: typeof chooseDealing;
  contributeDeal: typeof contributeDeal;
  openSubShares: typeof openSubShares;
  contributeAccept: typeof contributeAccept;
  contributeComplaint: typeof contributeComplaint;
  contributeSecure: typeof contributeSecure;
}
