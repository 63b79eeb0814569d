// Shapes of what the scripts of the pages pass around; read by `tsc` alone.

// ---- what the service answers; null and absent mean that nothing can be said ----

type Figure = number | null;
type Value = Figure | undefined;

/** Of a layer and a week, by the areas' order. */
interface Values {
  values: Figure[];
  /** what is coloured, where that is not the values */
  classes?: Figure[];
  /** places of areas at which nobody looked */
  unseen?: number[];
  absent?: number[];
  usual?: Figure;
  /** one a zoom step */
  heat?: Picture[];
  days?: number;
  what?: string;
  weeks?: number;
  named?: Hot[];
}

interface Named {
  name_zh?: string | null;
  name_en?: string | null;
}

interface Kind extends Named {
  kind: string;
}

interface Zone extends Named {
  /** of how many such labels how many came true */
  record?: number[] | null;
  area_ids: string[];
  cases: number;
  expected: number;
}

/** Of the list of the worst. */
interface Row {
  area_id: string;
  name?: string;
  kind?: string;
  subdistrict_name?: string | null;
  /** where the rows behind its fraction are listed */
  list?: string | null;
  /** the next assignment */
  given?: { assignment_id: string; date: string; version: string } | null;
  observed?: string;
  enough_data?: boolean;
  rebound_spells?: number;
  rebound_events_30?: number;
  p_rebound_30?: Figure;
  hot?: boolean | null;
  hot_around?: boolean | null;
  hot_subdistrict?: boolean | null;
  hot_rebound?: boolean | null;
  uncertain?: boolean;
  pattern_word?: string;
  note?: string;
  crew_id?: string | null;
  spark?: number[];
  cases?: number;
  expected?: Figure;
  reason?: string | null;
  chronic_sites?: number | null;
  third_cases?: number | null;
  overdue?: number | null;
  expected_rebounds_28?: Figure;
  expected_cases_28?: Figure;
}

/** What the page of one area tells. */
interface Facts extends Row {
  /** the windows that are remarkable by themselves: 1;2;8 */
  windows?: string | null;
  /** of how many such labels how many came true */
  record?: number[] | null;
  /** whether the category has history enough for a verdict */
  judged?: boolean;
  lists?: Record<string, string | null>;
  weekly?: Week[];
  gi_series?: GiWeek[];
  curve?: Curve;
  latest?: Case[];
  adjusted?: Adjusted;
  forecast?: Figure;
  forecast_low?: Figure;
  forecast_high?: Figure;
  rebounds?: number;
  unverified?: number;
  low?: Figure;
  high?: Figure;
  district_p_rebound_30?: Figure;
  pattern?: string | null;
  gi_z?: Figure;
}

interface Week {
  week: string;
  cases: number;
  rebounds: number;
  closures: number;
}

interface GiWeek {
  week: string;
  z: Figure;
  mark: number;
}

interface Line {
  back: number[];
  at_risk: number[];
}

interface Estimate {
  low: number;
  high: number;
  p_rebound_30: number;
}

interface Curve {
  days: number[];
  at_risk_days: number[];
  closures: number;
  area: Line | null;
  district: Line;
  estimate?: Estimate | null;
}

interface Case extends Named {
  case_id: string;
  category: string;
  opened_at: string;
  state: string;
  link: string;
  gap_days: Figure;
}

interface Adjusted {
  closures: number;
  rebounds_30: Figure;
  p_observed_30: Figure;
  p_observed_30_low: number;
  p_observed_30_high: number;
  observed_rebounds_30: Figure;
  blind_rebounds: number;
}

// ---- elements ----

type Link = { href: string; text: string };

type Tags = HTMLElementTagNameMap;
/** The element that a tag, or a tag and classes, make. */
type Made<W extends string> = W extends keyof Tags
  ? Tags[W]
  : W extends `${infer T extends keyof Tags}.${string}`
    ? Tags[T]
    : HTMLElement;

// ---- the map ----

type Feature = GeoJSON.Feature<any, any>;
type Collection = GeoJSON.FeatureCollection<any, any>;
/** West, south, east, north. */
type Bounds = [number, number, number, number];
type Box = { left: number; top: number; width: number; height: number };
type Size = { width: number; height: number };
type Look = L.PathOptions;
type Pen = CanvasRenderingContext2D;
/** Painted one over the other. */
type LookOf = (key: string) => Look[];

/** What a page must know to show areas by tiles. */
interface ByTiles {
  bounds: Bounds;
}

/** Names the look of an area, by its place in the arrays of values; see `Looks`. */
type KeysAt = (zoom: number) => (place: number, kind: string) => string;

/** What is known of areas besides how they are drawn. */
interface Known {
  count: number;
  /** -1 where there is no such area */
  placeOf(id: string): number;
  idOf(place: number): string;
  propertiesOf(place: number): { name?: string; kind?: string; subdistrict_name?: string | null };
  boundsOf(place: number): L.LatLngBounds;
  /** a point inside */
  middleOf(place: number): L.LatLng | null;
  /** 1 where the area lies in it */
  within(subdistrict: string): Uint8Array;
}

/** Hears what is done with a pointer. */
interface Reader {
  over(place: number, latlng: L.LatLng): void;
  out(): void;
  press(place: number): void;
}

/** Draws areas; made of shapes or of tiles. */
interface Board {
  looks: { of(key: string): Look; thicker(key: string): Look };
  paint(keysAt: KeysAt): void;
  /** lines over a few areas */
  mark(marks: Map<number, Look[]>): void;
  listen(reader: Reader): void;
  whenPainted(): Promise<void>;
  /** names come after the first picture, which needs none */
  whenKnown(): Promise<Known>;
}

interface At {
  z: number;
  x: number;
  y: number;
}

/** Corners lie in one array; `ring` and `feature` tell where each begins, both with the end. */
interface Tile {
  /** units along a side */
  extent: number;
  /** the features' places in the arrays of values */
  ids: Uint32Array;
  /** one a feature */
  kinds: string[];
  xy: Int16Array;
  ring: Uint32Array;
  feature: Uint32Array;
  /** left, top, right, bottom of each feature */
  boxes: Int16Array;
}

/** Whether a feature of a tile is meant. */
type IsShown = (tile: Tile, one: number) => boolean;
/** Names the look of a feature of a tile; empty for none. */
type KeyOf = (tile: Tile, one: number) => string;

/** A point and a reach in a tile's units. */
interface Spot {
  tile: Tile;
  x: number;
  y: number;
  reach: number;
}

// ---- pages ----

type Listener = (now: Chosen, changed: Set<string>) => void;
type Asked = Pick<Chosen, "layer" | "week" | "category" | "days" | "what" | "weeks">;
type By = Pick<Chosen, "kind" | "subdistrict">;

interface Chosen {
  layer: string;
  days: string;
  what: string;
  weeks: string;
  category: string;
  kind: string;
  subdistrict: string;
  week: string;
  area: string;
  at: string;
}

/** What the overview can show, and how it is called. */
interface There {
  weeks: string[];
  kindName(kind?: string): string;
}

/** By what one chooses. */
type Selects = Record<"layer" | "days" | "what" | "weeks" | "category" | "kind" | "subdistrict", HTMLSelectElement>;

type Areas = import("../geo_service/web/static/js/map/areas.js").Areas;
type Badges = import("../geo_service/web/static/js/map/badges.js").Badges;
type Choice = import("../geo_service/web/static/js/pages/choice.js").Choice;
type Names = import("../geo_service/web/static/js/map/names.js").Names;
type Scale = import("../geo_service/web/static/js/map/classes.js").Scale;
type TileStore = import("../geo_service/web/static/js/map/tilestore.js").TileStore;

/** What the parts of the overview share. */
interface Parts {
  map: L.Map;
  choice: Choice;
  areas: Areas;
  badges: Badges;
  names: Names;
  there: There;
  mayAssign: boolean;
  weeks: import("../geo_service/web/static/js/pages/weekbar.js").WeekBar;
  setSheet(height: string): void;
}

/** What the areas are told. */
interface AreasTold {
  onOpen(id: string): void;
  describe(kind: string, value: Value, index: number): string;
}

/** What the drawer is told. */
interface DrawerTold {
  kindName(kind?: string): string;
  body(facts: Facts): Node[];
  /** whether the area has a page of its own */
  wholePage: boolean;
  mayAssign: boolean;
  onAssign(row: Row): void;
  onClose(): void;
}

/** What the list of zones is told. */
interface ZonesTold {
  onOpen(feature: Feature): void;
  onPoint(id: string, on: boolean): void;
}

/** What the list of the worst is told. */
interface ListTold {
  kindName(kind: string): string;
  mayAssign: boolean;
  onOpen(id: string): void;
  onAssign(row: Row): void;
  onPoint(id: string, on: boolean): void;
}

/** Of all areas of a large city: kinds and subdistricts by number, whole units from an origin. */
interface Columns {
  ids: string[];
  names: string[];
  kinds: string[];
  kind: number[];
  subdistricts: string[];
  subdistrict_names: string[];
  subdistrict: number[];
  origin: [number, number];
  unit: number;
  boxes: number[];
  inner: number[];
}

/** The heat map of a zoom step: its corners, latitude first, and a picture. */
interface Picture {
  bounds: [[number, number], [number, number]];
  png: string;
  metres: number;
  breaks: number[];
}

/** A place that is named because it is hot. */
interface Hot {
  name: string;
  inner_lat: number;
  inner_lon: number;
}

// ---- the map as one file ----

type Words = Record<string, string>;

interface MapFacts {
  areas: Collection;
  ground: Collection;
  as_of: string;
  bounds: [[number, number], [number, number]];
  /** of each week, a picture a zoom step */
  heat: Picture[][];
  /** by language, as all words */
  chosen: Record<string, string[]>;
  district: Words;
  kinds: Kind[];
  labels: Record<string, Words>;
  lang: string;
  layer: string;
  layers: string[];
  observed: string[];
  phrases: Record<string, Words>;
  /** of each week a column a figure; `worst` are rows */
  rows: Record<string, any[]>[];
  schematic: boolean;
  timezone: string;
  title: Words;
  /** of each week, places of areas */
  unseen: number[][];
  absent: number[][];
  usual: Figure;
  values: Record<string, Figure[][]>;
  /** of each area, by week */
  weekly: Record<"cases" | "rebounds" | "closures", number[][]>;
  weeks: string[];
}
