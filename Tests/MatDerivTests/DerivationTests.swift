// Every line of every derivation is true: the reference identities and random expressions, line by line against directional derivatives. Forms are
// compared with texts that were looked at.
import Testing

@testable import MatDeriv

@Suite struct DerivationTests {
  @Test(arguments: Identity.all) func everyLineOfAnIdentityHolds(_ identity: Identity) throws {
    let program = try identity.program()
    let answer = try identity.answer(program)
    let derivation = try answer.derivation(of: program.syntax)
    let failure = try derivation.failure(program, identity.declarations, answer, sizes: program.declarations.sizes)
    #expect(failure == nil, "\(failure ?? "")")
  }

  @Test func everyLineOfARandomExpressionHolds() throws {
    // The last one: a trace that is written with its argument transposed.
    for seed in Array(UInt64(1)...300) + [843] {
      let random = RandomExpression(seed: seed)
      let program = try Program(random.text, Declarations(random.declarations))
      guard let x = program.variable(random.variable) else { continue }
      do {
        let answer =
          random.isSecond ? try hessian(of: program.expression, wrt: x) : try derivative(of: program.expression, wrt: x)
        let derivation = try answer.derivation(of: program.syntax)
        let failure = try derivation.failure(program, random.declarations, answer, sizes: RandomExpression.sizes)
        #expect(failure == nil, "seed \(seed), \(random): \(failure ?? "")")
      } catch DerivationError.noRule { continue }
    }
  }
}
