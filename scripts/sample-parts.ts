// The parts that the sample's story is about: part numbers in the style of real ones, of makers that do not exist.

/** A part as its maker sells it: pieces per package, and what label and data sheet say of it. */
export interface Part {
  mpn: string;
  partDescription: string;
  packaging: Packaging;
  pack: number;
  /** J-STD-020. From level 2 on the parts come in a dry pack. */
  msl: Level;
  /** Country of packaging and, as its maker declares it, of origin. */
  country: string;
  /** Country of the wafer; undefined where there is none. */
  fabCountry: string | undefined;
  eccn: string;
  hts: string;
}
type Packaging = "reel" | "tray" | "tube";
type Level = "1" | "2" | "2a" | "3";

function part(
  mpn: string,
  partDescription: string,
  [packaging, pack, msl]: [Packaging, number, Level],
  [fabCountry, country]: [string | undefined, string],
  [eccn, hts]: [string, string],
): Part {
  return { mpn, partDescription, packaging, pack, msl, country, fabCountry, eccn, hts };
}

const noWafer = undefined;

export const PARTS = {
  // Halden Semiconductor
  mcu: part(
    "HM32G431CBT6TR",
    "MCU 32-bit 170 MHz 128 KB flash LQFP-48",
    ["reel", 2400, "3"],
    ["DE", "MY"],
    ["3A991.a.2", "8542.31.0001"],
  ),
  smallMcu: part(
    "HM32L031K6U6",
    "MCU 32-bit low power 32 KB flash UFQFPN-32",
    ["tray", 2940, "3"],
    ["DE", "PH"],
    ["3A991.a.2", "8542.31.0001"],
  ),
  buck: part(
    "HPM62130RGTR",
    "PMIC buck converter 3 A 17 V VQFN-16",
    ["reel", 3000, "2"],
    ["NO", "PH"],
    ["EAR99", "8542.39.0001"],
  ),
  ldo: part(
    "HLV73333PDBVR",
    "PMIC LDO regulator 3.3 V 300 mA SOT-23-5",
    ["reel", 3000, "1"],
    ["NO", "MY"],
    ["EAR99", "8542.39.0001"],
  ),
  can: part(
    "HCAN1042VDRQ1",
    "CAN FD transceiver AEC-Q100 SOIC-8",
    ["reel", 2500, "1"],
    ["DE", "TH"],
    ["EAR99", "8542.39.0001"],
  ),
  opamp: part(
    "HOP2188AID",
    "Operational amplifier dual zero drift SOIC-8",
    ["tube", 1500, "1"],
    ["NO", "TH"],
    ["EAR99", "8542.33.0001"],
  ),

  // Mizuhara Denshi
  mlcc100n: part(
    "MZM155R71H104KE14D",
    "MLCC 0402 100 nF 50 V X7R 10 %",
    ["reel", 10000, "1"],
    [noWafer, "JP"],
    ["EAR99", "8532.24.0020"],
  ),
  mlcc22u: part(
    "MZM21BR61A226ME44L",
    "MLCC 0805 22 uF 10 V X5R 20 %",
    ["reel", 3000, "1"],
    [noWafer, "PH"],
    ["EAR99", "8532.24.0020"],
  ),
  res10k: part(
    "MZR0402FR-0710KL",
    "Chip resistor 0402 10 kOhm 1 %",
    ["reel", 10000, "1"],
    [noWafer, "TW"],
    ["EAR99", "8533.21.0030"],
  ),
  res4k7: part(
    "MZR0603FR-074K7L",
    "Chip resistor 0603 4.7 kOhm 1 %",
    ["reel", 5000, "1"],
    [noWafer, "TW"],
    ["EAR99", "8533.21.0030"],
  ),
  inductor: part(
    "MZQH32PN2R2NNCL",
    "Power inductor 1210 2.2 uH 1.6 A",
    ["reel", 2000, "1"],
    [noWafer, "JP"],
    ["EAR99", "8504.50.8000"],
  ),
  crystal: part(
    "MZX3225SB25000D0FPJC1",
    "Crystal 25 MHz 10 ppm 3.2 x 2.5 mm",
    ["reel", 3000, "1"],
    [noWafer, "JP"],
    ["EAR99", "8541.60.0060"],
  ),
  bead: part(
    "MZB18PG121SN1D",
    "Ferrite bead 0603 120 Ohm 2 A",
    ["reel", 4000, "1"],
    [noWafer, "PH"],
    ["EAR99", "8504.50.8000"],
  ),

  // Corvane Interconnect
  usbC: part(
    "CV4105-GF-A-TR",
    "USB Type-C receptacle 16 pos. SMT",
    ["reel", 1000, "1"],
    [noWafer, "CZ"],
    ["EAR99", "8536.69.4040"],
  ),
  ffc: part(
    "CVFH12-30S-0.5SH(55)",
    "FFC connector 30 pos. 0.5 mm",
    ["reel", 1500, "1"],
    [noWafer, "DE"],
    ["EAR99", "8536.69.4040"],
  ),
  powerHeader: part(
    "CV43045-0612",
    "Header 3.0 mm 6 pos. right angle",
    ["tray", 480, "1"],
    [noWafer, "CZ"],
    ["EAR99", "8536.69.4040"],
  ),
  boardToBoard: part(
    "CVSM-120-01-L-DV-A-P-TR",
    "Board-to-board socket 2 x 20 pos. 1.27 mm",
    ["reel", 350, "1"],
    [noWafer, "DE"],
    ["EAR99", "8536.69.4040"],
  ),

  // Saebyeok Memory
  nor: part(
    "SB25Q128JVSIQTR",
    "NOR flash 128 Mb quad SPI SOIC-8",
    ["reel", 2000, "3"],
    ["KR", "PH"],
    ["3A991.b.1.a", "8542.32.0071"],
  ),
  dram: part(
    "SB4B4G1646E-BYMA",
    "DDR3L SDRAM 4 Gb x16 FBGA-96",
    ["tray", 1120, "3"],
    ["KR", "KR"],
    ["EAR99", "8542.32.0036"],
  ),
  eeprom: part(
    "SB24LC256T-I/SN",
    "EEPROM 256 Kb I2C SOIC-8",
    ["reel", 3300, "1"],
    ["KR", "TH"],
    ["EAR99", "8542.32.0051"],
  ),

  // makers that are no parties: distributors introduce their parts
  tvs: part(
    "VSMBJ24CA-E3/5B",
    "TVS diode 24 V 600 W DO-214AA",
    ["reel", 3200, "1"],
    ["IN", "IN"],
    ["EAR99", "8541.10.0080"],
  ),
  mosfet: part(
    "V2N7002K-T1-GE3",
    "N-channel MOSFET 60 V 300 mA SOT-23",
    ["reel", 3000, "1"],
    ["IN", "IN"],
    ["EAR99", "8541.21.0095"],
  ),
  led: part(
    "ELT67C-T2V1-5-8-Z",
    "LED green PLCC-2",
    ["reel", 2000, "2a"],
    ["MY", "MY"],
    ["EAR99", "8541.41.0000"],
  ),
  relay: part(
    "TVK-G6K-2F-Y-TR DC5",
    "Signal relay 5 V DPDT SMT",
    ["reel", 900, "1"],
    [noWafer, "CN"],
    ["EAR99", "8536.41.0050"],
  ),
} as const;

export type PartName = keyof typeof PARTS;
