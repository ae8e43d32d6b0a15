// Defines a message to the people who run the service.

export interface Message {
  /** The same for the same news: a receiver that gets it twice can tell. Letters, digits, `_` and `-`. */
  id: string;
  /** Unix seconds. */
  time: number;
  /** The service: its public URL, or its address. */
  source: string;
  /** One line. */
  subject: string;
  /** Lines for people. */
  text: string;
  /** The same for programs. */
  data: object;
}
