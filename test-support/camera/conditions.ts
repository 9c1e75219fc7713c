/** What a camera and a room do to a picture. The figures of each named condition; README.md says where they come from. */

export interface Conditions {
  /** Standard deviation of the blur of lens and interpolation, in pixels of the camera. */
  readonly blur: number;
  /** Noise where it is dark, and how much of it light adds: parts of full scale, before the camera's curve. */
  readonly noise: number;
  readonly grain: number;
  /** How bright white of the screen comes out, 0 to 1 of full scale, after the camera's curve. Above 1 it burns out. */
  readonly white: number;
  /** Light of the room on the screen and in the lens, as a share of the screen's white. */
  readonly veil: number;
  /** How bright the room around the screen is, as a share of the screen's white. */
  readonly room: number;
  /** How much darker the far side of the screen is than the near one, 0 to 1. */
  readonly uneven: number;
  /** A lamp mirrored in the screen: how bright in its middle, as a share of the screen's white. */
  readonly glare: number;
  /** Quality of the camera's JPEG, 1 to 100; 0 for none. */
  readonly jpeg: number;
  /** Time that a row collects light, and from the first row to the last, in milliseconds. */
  readonly exposure: number;
  readonly readout: number;
  /** Time in which the display comes 63 % closer to a new brightness, in milliseconds. */
  readonly response: number;
  /** Share of camera pictures that get lost: the one before comes again. */
  readonly loss: number;
}

/** No flaw but the pixels: what a test starts from that is about something else. */
export const PERFECT: Conditions = {
  blur: 0,
  noise: 0,
  grain: 0,
  white: 0.95,
  veil: 0,
  room: 0.2,
  uneven: 0,
  glare: 0,
  jpeg: 0,
  exposure: 10,
  readout: 16,
  response: 0,
  loss: 0,
};

/** A webcam of a recent laptop in an office. */
export const GOOD_WEBCAM: Conditions = {
  blur: 0.8,
  noise: 0.004,
  grain: 0.02,
  white: 0.85,
  veil: 0.04,
  room: 0.25,
  uneven: 0.15,
  glare: 0,
  jpeg: 80,
  exposure: 16,
  readout: 16,
  response: 6,
  loss: 0,
};

/** A cheap webcam, out of focus, that compresses a lot. */
export const BLURRY_WEBCAM: Conditions = {
  ...GOOD_WEBCAM,
  blur: 1.4,
  noise: 0.008,
  grain: 0.04,
  uneven: 0.4,
  jpeg: 60,
};

/** Long exposure and high gain: the room is dark and the other screen turned down. */
export const DIM_ROOM: Conditions = {
  ...GOOD_WEBCAM,
  noise: 0.012,
  grain: 0.05,
  white: 0.6,
  room: 0.02,
  veil: 0.02,
  jpeg: 65,
  exposure: 33,
  readout: 28,
};

/** The other screen is so dark that the camera sees next to nothing of it. */
export const DARK_SCREEN: Conditions = { ...DIM_ROOM, white: 0.16, veil: 0.3 };

/** A lamp behind the person who holds the camera. */
export const LAMP: Conditions = { ...GOOD_WEBCAM, glare: 0.6, veil: 0.1, uneven: 0.3 };

/** A busy machine: every fifth picture does not come. */
export const LOSSY: Conditions = { ...GOOD_WEBCAM, loss: 0.2 };

/** A slow display, whose codes run into each other. */
export const SLOW_DISPLAY: Conditions = { ...GOOD_WEBCAM, response: 14 };
