/// Why a fault cannot be injected on this machine.
struct FaultNotPossible: Error {
    let reason: String
}
