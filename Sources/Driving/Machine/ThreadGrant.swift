import Platform

/// What the kernel gave a thread that must not be late, as that thread itself found it.
public struct ThreadGrant: Sendable, Equatable {
    /// Its priority before those that have none; 0 for none.
    public var priority: Int
    /// The one core that it is bound to; nil for none.
    public var core: Int?
    /// Why it could not be bound to the core that it was to have; nil where it could, or there is none to have.
    public var refusal: String?

    /// What a thread was given.
    public init(priority: Int, core: Int?, refusal: String? = nil) {
        self.priority = priority
        self.core = core
        self.refusal = refusal
    }

    /// In a person's words: `priority 80 and core 3`.
    var text: String {
        let first = priority > 0 ? "priority \(priority)" : "no priority"
        let second = core.map { "core \($0)" } ?? "no core of its own"
        let reason = refusal.map { " (\($0))" } ?? ""
        return "\(first) and \(second)\(reason)"
    }

    /// Binds the calling thread to a core, and asks what it has.
    ///
    /// - Parameter wish: the core; nil for none.
    static func current(binding wish: Int?) -> ThreadGrant {
        var refusal: String?
        do throws(PlatformError) {
            if let wish { try HoneThread.setCurrentAffinity(core: wish) }
        } catch { refusal = "\(error)" }
        let cores = HoneThread.cores
        return ThreadGrant(
            priority: HoneThread.currentPriority,
            core: wish != nil && cores.count == 1 ? cores[0] : nil, refusal: refusal)
    }
}
