// Defines the exit codes of the service, those of sysexits.h. docs/operate.md lists what causes each.

/** A service manager need not start again on those from `cannotCreate` on, except `tryAgain`: a person has to act first. */
export const EXIT = {
  /** The data contradict the chain. */
  badData: 65,
  /** Something that the service needs is not there, or does not answer. */
  unavailable: 69,
  /** An error of our own. */
  software: 70,
  /** Something else has the name of a file or folder. */
  cannotCreate: 73,
  /** A disk is full or broken. */
  disk: 74,
  /** Another process has the folder or the port. */
  tryAgain: 75,
  /** This user may not. */
  noPermission: 77,
  /** A setting is wrong. */
  badSetting: 78,
} as const;
