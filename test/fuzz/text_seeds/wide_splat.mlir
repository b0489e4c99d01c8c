"x.op"() {a = dense<1> : tensor<2xi1000000>, b = dense<[1, 2]> : tensor<2xi40000>} : () -> ()
