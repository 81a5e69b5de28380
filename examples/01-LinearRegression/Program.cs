using LinearRegression;

bool passed = FitALine.Run() & StepByStep.Run() & Diabetes.Run();
return passed ? 0 : 1;
