// Tells the compiler what the bundler makes of a file that is imported as an address.
declare module "*.wasm?url" {
  const address: string;
  export default address;
}
