import Testing

@Suite("House")
struct HouseTests {}
