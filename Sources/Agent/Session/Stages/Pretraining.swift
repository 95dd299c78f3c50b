/// What comes before a robot moves on its own: policy by imitation, then critic.
struct Pretraining: Stage {
    func run(in session: Session) throws {
        try Imitation().run(in: session)
        try Offline().run(in: session)
    }
}
