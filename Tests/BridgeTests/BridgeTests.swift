import Testing

@Suite("Bridge")
struct BridgeTests {}
