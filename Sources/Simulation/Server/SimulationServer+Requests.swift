import Bridge
import Embodiment
import Platform

extension SimulationServer {
    /// Obeys or refuses one request.
    func handle(_ request: BridgeRequest) throws(BridgeError) {
        // What waited for it while the machine was suspended is not obeyed.
        try watchSuspension()
        switch request {
        case .command(let command, let peer): try obey(command, from: peer)
        case .message(let message, let asker):
            gate.heard(from: asker.peer, now: now)
            try answer(message, from: asker)
        }
    }

    private func obey(_ received: Command, from peer: PeerID) throws(BridgeError) {
        var command = received
        // Longer than its own watchdog it trusts no command, whatever the sender says.
        let longest = UInt32(SimulatedAxes.watchdogMilliseconds * 1000)
        command.validityMicroseconds = min(command.validityMicroseconds, longest)
        if let refusal = gate.admit(command, from: peer, now: now) {
            statistics.refused += 1
            try server.refuse(
                refusal,
                "command \(command.sequence) of epoch \(command.epoch) is refused; the robot is in "
                    + "epoch \(gate.epoch) after command \(gate.lastSequence)", to: peer)
            return
        }
        if let violation = drive.obey(command) {
            statistics.violations += 1
            statistics.lastViolation = violation
        }
        if drive.stop == .none { appliedSequence = command.sequence }
        if options.isLockstep { try tick() }
    }

    private func answer(_ message: AgentMessage, from asker: Asker) throws(BridgeError) {
        switch message {
        case .hello(let hello):
            remember(asker.peer)
            try server.describe(to: asker, answering: hello)
        case .start(let session, let epoch, let boot, let robot, _, let token):
            if let robot, robot != server.description.robotID {
                try server.refuse(
                    .robot,
                    "this start means \(robot.debugDescription), this robot is "
                        + "\(server.description.robotID.debugDescription); say hello again",
                    to: asker)
                return
            }
            try start(session: session, epoch: epoch, boot: boot, token: token, from: asker)
        case .reset(let request): try reset(request, from: asker)
        case .stop:
            drive.halt(.requested)
            settle()
            try server.reply(.stopped, to: asker)
        case .release(let session, let epoch):
            if let refusal = gate.release(session: session, epoch: epoch, from: asker.peer) {
                try server.refuse(refusal, "this session does not command the robot", to: asker)
                return
            }
            drive.halt(.disabled)
            settle()
            try giveUpReset("the robot was released before the scene was in order")
            try server.reply(.released, to: asker)
        }
    }

    /// Remembers who gets samples; the oldest onlooker makes room when there are too many.
    private func remember(_ peer: PeerID) {
        peers.removeAll { $0 == peer }
        if peers.count == Self.maximumPeers,
            let oldest = peers.firstIndex(where: { $0 != gate.commander })
        {
            peers.remove(at: oldest)
        }
        peers.append(peer)
    }

    private func start(
        session: UInt64, epoch: UInt32, boot: UInt64?, token: CommandToken?, from asker: Asker
    ) throws(BridgeError) {
        if let boot, boot != server.description.bootID {
            try server.refuse(
                .session, "this start means a bridge that has restarted since; say hello again",
                to: asker)
            return
        }
        var refusal = gate.start(
            session: session, epoch: epoch, token: token, from: asker.peer, now: now)
        if refusal == .busy, let commander = gate.commander, try !server.probe(commander) {
            dismiss(commander)
            refusal = gate.start(
                session: session, epoch: epoch, token: token, from: asker.peer, now: now)
        }
        if let refusal {
            try server.refuse(
                refusal,
                refusal == .busy
                    ? "another agent commands the robot; it is free once that one has released it or has gone"
                    : "epoch \(epoch) cannot start: the robot is in epoch \(gate.epoch)",
                to: asker)
            return
        }
        try giveUpReset("another epoch began before the scene was in order")
        if !peers.contains(asker.peer) { remember(asker.peer) }
        settle()
        drive.enable()
        appliedSequence = 0
        try server.start(epoch: epoch, token: gate.token, for: asker)
    }

    /// In lockstep nobody moves time while the robot brakes, so it does so itself.
    func settle() {
        guard options.isLockstep else { return }
        var patience = 200
        while !drive.isAtRest, patience > 0 {
            passPeriod()
            patience -= 1
        }
    }

    private func reset(_ request: ResetRequest, from asker: Asker) throws(BridgeError) {
        if let refusal = gate.check(
            session: request.session, epoch: request.epoch, from: asker.peer)
        {
            try server.refuse(refusal, "this session does not command the robot", to: asker)
            return
        }
        guard world.isHome else {
            try server.refuse(
                .state, "the arm is not at home, where the scene is reset; drive it there first",
                to: asker)
            return
        }
        let deadline = now + .seconds(options.resetSeconds)
        try giveUpReset("another reset came before the scene was in order")
        pendingReset = (request, asker, deadline)
        try finishReset(now: options.isLockstep ? deadline : now)
    }

    /// Places the scene and says so when the person who does it would be done.
    func finishReset(now: MonotonicTime) throws(BridgeError) {
        guard let pending = pendingReset, now >= pending.deadline else { return }
        pendingReset = nil
        let request = pending.request
        if options.isLockstep {
            // The seconds that pass unseen bring the arm to rest: an episode depends on its seed
            // alone, not on the one before it, nor on when this robot was started.
            world.comeToRest()
            drive.comeToRest(at: model.home)
        }
        world.reset(
            seed: request.seed, purpose: request.purpose, demonstrates: request.wantsOperator)
        episode = request.episode
        try server.reply(
            .ready(episode: request.episode, durationSeconds: options.resetSeconds),
            to: pending.asker)
        if options.isLockstep { try sendSample() }
    }
}
